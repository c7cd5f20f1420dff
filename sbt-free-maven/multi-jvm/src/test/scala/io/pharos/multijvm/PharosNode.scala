package io.pharos.multijvm

import akka.actor.setup.ActorSystemSetup
import akka.actor.typed.scaladsl.adapter._
import akka.actor.{ActorSystem, BootstrapSetup}
import com.typesafe.config.{Config, ConfigFactory}
import io.pharos.alerting.rule.RuleFiles
import io.pharos.alerting.{AlertingConfiguration, AlertingRuntime, AlertingSettings}
import io.pharos.conf.HoconReader
import io.pharos.httpclient.{HttpAnswer, HttpTransport}
import io.pharos.persistence.CassandraStores
import io.pharos.persistence.journal.JournalSettings
import io.pharos.persistence.session.CassandraSettings
import io.pharos.promql.query.{QueryOptions, QueryValue}
import io.pharos.sharding.{ShardingRuntime, ShardingSettings}
import io.pharos.timeseries.labels.Labels
import io.pharos.timeseries.sample.{AppendResult, SampleBatchBuilder}
import io.prometheus.metrics.model.registry.PrometheusRegistry
import io.prometheus.metrics.model.snapshots.CounterSnapshot

import java.nio.file.{Files, Path}
import java.time.{Duration, Instant, InstantSource}
import java.util.Optional
import java.util.concurrent.{CompletableFuture, TimeUnit}
import scala.jdk.CollectionConverters._

/** The parts of a node a spec needs, over the one Cassandra of all JVMs and in the actor system of the spec. */
object PharosNode {
  private lazy val cassandra: CassandraSettings =
    CassandraSettings
      .of(HoconReader.defaults().getConfig("pharos.persistence.cassandra"))
      .forEmbedded(Integer.getInteger("pharos.multi-jvm.cql-port"))
  lazy val stores: CassandraStores =
    CassandraStores.connect(cassandra, null).toCompletableFuture.get(4, TimeUnit.MINUTES)

  /**
   * A node's actor system as cluster-node has it, with its split brain resolver and its lease.
   *
   * @param own what differs from a node in production
   * @param loaded the test kit's settings, with Akka's defaults, which may not hide the node's
   */
  def system(own: Config)(loaded: Config): ActorSystem = {
    val resources = Seq("pharos-akka.conf", "pharos-alerting-akka.conf", "pharos/reference.conf")
      .map(name => ConfigFactory.parseResources(name))
    val node = (JournalSettings.of(cassandra).akka() +: resources).reduce((a, b) => a.withFallback(b))
    val all  = own.withFallback(node).withFallback(loaded).resolve()
    ActorSystem("ClusterLife", ActorSystemSetup.create(BootstrapSetup(all), stores.leaseSetup()))
  }
}

/** A node of the spec, started in an actor system that will be a member. */
class PharosNode(classic: ActorSystem) {
  private val registry = new PrometheusRegistry()
  private val typed    = classic.toTyped
  private val sharding = ShardingRuntime.start(
    typed, PharosNode.stores.stores(), ShardingSettings.of(classic.settings.config), InstantSource.system(), registry, () => (), null)
  private val transport: HttpTransport = _ => new CompletableFuture[HttpAnswer]()
  private val alerting = AlertingRuntime.start(
    typed, AlertingSettings.of(classic.settings.config), sharding.queries(), sharding.sink(), transport,
    InstantSource.system(), registry, Files.createTempDirectory(Path.of("target"), "spool"))

  def awaitReady(): Unit = {
    sharding.ready().toCompletableFuture.get(4, TimeUnit.MINUTES)
    ()
  }

  /** How many shards this node says it owns. */
  def ownShards: Int = {
    val self = typed.address.toString
    sharding.status().shards().asScala.count(shard => shard.owner() == self && shard.state() == "open")
  }

  /** Shards that are open somewhere, as far as this node knows. */
  def openShards: Long = sharding.status().openShards()

  /** Writes one sample of each of so many series; whether all were acknowledged. */
  def write(metric: String, series: Int, value: Double, patience: Duration): Boolean = {
    val batch = new SampleBatchBuilder()
    val now   = System.currentTimeMillis()
    (0 until series).foreach(i => batch.add(Labels.of("__name__", metric, "i", i.toString), now, value))
    val result = sharding.sink().append(batch.build(), Instant.now().plus(patience)).toCompletableFuture
      .get(patience.toSeconds + 20, TimeUnit.SECONDS)
    result == AppendResult.Decided.allOf(series)
  }

  /** The number a query gives; none where it finds nothing. */
  def query(expression: String): Option[Double] = {
    val value = sharding.queries().instant(expression, System.currentTimeMillis(), QueryOptions.defaults())
      .toCompletableFuture.get(4, TimeUnit.MINUTES).value()
    value match {
      case vector: QueryValue.Vector => vector.samples().asScala.headOption.map(_.value())
      case other                     => fail("not a vector: " + other)
    }
  }

  private def fail(why: String): Nothing = throw new IllegalStateException(why)

  /** Runs these rule groups, as all nodes do that have the same configuration. */
  def applyRules(rules: String): Unit =
    alerting.apply(new AlertingConfiguration(
      new RuleFiles(Duration.ofSeconds(1), Duration.ZERO).read("rules.yml", rules),
      Optional.empty(), java.util.Map.of(), "http://pharos.example"))

  /** The sum of a counter of this node. */
  def counter(name: String): Double =
    registry.scrape().asScala.filter(_.getMetadata.getName == name).flatMap(_.getDataPoints.asScala).collect {
      case point: CounterSnapshot.CounterDataPointSnapshot => point.getValue
    }.sum

  /** Hands everything over, as SIGTERM asks. */
  def leave(): Unit = {
    alerting.stop()
    io.pharos.sharding.placement.EntityPlacement
      .leave(typed, (kind: String) => kind != ShardingRuntime.entityType(), Duration.ofSeconds(20))
      .toCompletableFuture.get(4, TimeUnit.MINUTES)
    sharding.stop().toCompletableFuture.get(4, TimeUnit.MINUTES)
    ()
  }
}
