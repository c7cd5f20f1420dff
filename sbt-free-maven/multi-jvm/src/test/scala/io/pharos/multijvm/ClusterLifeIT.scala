package io.pharos.multijvm

import io.pharos.conf.HoconReader
import io.pharos.persistence.CassandraStores
import io.pharos.persistence.session.CassandraSettings
import io.pharos.persistence.embedded.{EmbeddedCassandra, EmbeddedCassandraSettings}
import org.scalatest.funsuite.AnyFunSuite

import java.nio.file.{Files, Path}
import java.time.Duration
import java.util.Comparator
import java.util.concurrent.TimeUnit
import scala.jdk.CollectionConverters._
import scala.util.Using

/** Starts one Cassandra and the JVMs of the life of a cluster, which is told in [[ClusterLifeSpec]]. */
class ClusterLifeIT extends AnyFunSuite {
  test("four nodes live through what operators and machines do to them") {
    val folder = Path.of(System.getProperty("pharos.multi-jvm.folder"))
    Files.createDirectories(folder)
    val data    = Files.createTempDirectory(folder, "cassandra")
    val cqlPort = MultiJvm.freePort()
    val settings = HoconReader
      .read("test", "pharos.persistence.embedded { class-archive = false, start-timeout = 5m }")
      .getConfig("pharos.persistence.embedded")
    val cassandra = EmbeddedCassandra.start(
      EmbeddedCassandraSettings.of(
        settings, Path.of(System.getProperty("pharos.cassandra.lib")), data, cqlPort, MultiJvm.freePort()),
      (_, _) => ())
    try {
      cassandra.ready().toCompletableFuture.get(6, TimeUnit.MINUTES)
      // The keyspace first: four that create it at one time would wait for each other.
      CassandraStores
        .connect(
          CassandraSettings
            .of(HoconReader.defaults().getConfig("pharos.persistence.cassandra"))
            .forEmbedded(cqlPort),
          null)
        .toCompletableFuture
        .get(4, TimeUnit.MINUTES)
        .close()
      val faults = MultiJvm.run(
        "io.pharos.multijvm.ClusterLifeMultiJvmNode", 4, folder,
        Map("pharos.multi-jvm.cql-port" -> cqlPort.toString).asJava, Duration.ofMinutes(15))
      assert(faults.isEmpty, faults.asScala.mkString("\n"))
    } finally {
      cassandra.close()
      Using.resource(Files.walk(data))(_.sorted(Comparator.reverseOrder()).forEach(file => Files.delete(file)))
    }
  }
}
