package io.pharos.multijvm

import akka.cluster.{Cluster, MemberStatus}
import akka.remote.testconductor.RoleName
import akka.remote.testkit.{Direction, MultiNodeConfig, MultiNodeSpec, MultiNodeSpecCallbacks}
import com.typesafe.config.{Config, ConfigFactory}
import org.scalatest.BeforeAndAfterAll
import org.scalatest.concurrent.Eventually
import org.scalatest.time.{Millis, Seconds, Span}
import org.scalatest.wordspec.AnyWordSpecLike

import java.time.Duration
import scala.concurrent.Await
import scala.concurrent.duration._

/** Who takes part: the eldest founds the cluster, the mover is stopped as planned, the island is cut off; one watches it all. */
object ClusterLife extends MultiNodeConfig {
  val watcher: RoleName = role("watcher")
  val eldest: RoleName  = role("eldest")
  val island: RoleName  = role("island")
  val mover: RoleName   = role("mover")
  testTransport(on = true)
  commonConfig(ConfigFactory.parseString(
    "akka.testconductor { barrier-timeout = 10m, connect-timeout = 2m, query-timeout = 1m }"))

  /** What differs from a node in production. */
  val settings: Config = ConfigFactory.parseString(
    """
    akka.loglevel = WARNING
    # A node that is shut out ends its process; here its JVM stays, to tell what it could still do.
    akka.coordinated-shutdown.terminate-actor-system = off
    # Of cluster-node itself, which has no part in this.
    akka.actor.serialization-bindings."io.pharos.clusternode.status.StatusMessage" = none
    pharos.sharding.shard-count = 16
    pharos.alerting.keep-alive = 1s
    """)
}

/** The classes that [[MultiJvm]] starts, each in a JVM of its own. */
class ClusterLifeMultiJvmNode1 extends ClusterLifeSpec
class ClusterLifeMultiJvmNode2 extends ClusterLifeSpec
class ClusterLifeMultiJvmNode3 extends ClusterLifeSpec
class ClusterLifeMultiJvmNode4 extends ClusterLifeSpec

/** The life of a cluster, in the words of the person who runs it. */
abstract class ClusterLifeSpec
    extends MultiNodeSpec(ClusterLife, PharosNode.system(ClusterLife.settings) _)
    with MultiNodeSpecCallbacks
    with AnyWordSpecLike
    with BeforeAndAfterAll
    with Eventually {
  import ClusterLife._

  private val Shards = 16
  private val Series = 200
  private val rules  = "groups: [{name: g, interval: 500ms, rules: [{record: ran, expr: vector(1)}]}]"

  implicit override val patienceConfig: PatienceConfig =
    PatienceConfig(timeout = Span(240, Seconds), interval = Span(200, Millis))

  override def initialParticipants: Int = roles.size
  override def beforeAll(): Unit        = multiNodeSpecBeforeAll()
  override def afterAll(): Unit         = multiNodeSpecAfterAll()

  private val cluster     = Cluster(system)
  private lazy val pharos = new PharosNode(system)

  private def upMembers: Int = cluster.state.members.count(_.status == MemberStatus.Up)

  private def awaitMembers(count: Int): Unit = eventually {
    assert(upMembers == count && cluster.state.unreachable.isEmpty)
    ()
  }

  /** All shards are open, and this node has some, but no more than a tenth above its share. */
  private def awaitShards(members: Int): Unit = eventually {
    assert(pharos.ownShards >= 1 && pharos.ownShards <= math.ceil(1.1 * Shards / members))
    assert(pharos.openShards == Shards)
    ()
  }

  private def write(metric: String, value: Double): Unit =
    assert(pharos.write(metric, Series, value, Duration.ofSeconds(120)), s"$metric was not acknowledged")

  private def seesAll(metric: String): Unit = eventually {
    assert(pharos.query(s"count($metric)").contains(Series.toDouble))
    ()
  }

  /** How many rules this node evaluated. */
  private def evaluations: Double = pharos.counter("pharos_alerting_rule_evaluations")

  "A cluster" should {
    "let nodes in one after the other and give each its share of the shards" in {
      runOn(eldest) {
        cluster.join(cluster.selfAddress)
        awaitMembers(1)
        pharos.awaitReady()
        pharos.applyRules(rules)
      }
      enterBarrier("founded")
      runOn(island, mover, watcher) {
        cluster.join(node(eldest).address)
        pharos.applyRules(rules)
      }
      awaitMembers(4)
      awaitShards(4)
      enterBarrier("joined")
    }

    "take any sample and answer any query at every node" in {
      write(s"at_${myself.name}", 1)
      enterBarrier("written")
      roles.foreach(writer => seesAll(s"at_${writer.name}"))
      enterBarrier("read")
    }

    "run each rule group on one node only" in {
      // A group that moves in a round ran on two nodes: then another round counts.
      val once = (1 to 5).exists { round =>
        val before = evaluations
        Thread.sleep(2000)
        write(s"told_${round}_${myself.name}", if (evaluations > before) 1 else 0)
        enterBarrier(s"evaluated $round")
        eventually(roles.map(at => pharos.query(s"max(told_${round}_${at.name})").get).sum) == 1
      }
      assert(once, "of five rounds there was none in which one node evaluated the group")
      enterBarrier("counted")
    }

    "hand the shards of a node that is stopped to the others, which read no log for it" in {
      runOn(mover) {
        pharos.leave()
        assert(pharos.ownShards == 0)
        cluster.leave(cluster.selfAddress)
        eventually(assert(cluster.isTerminated))
      }
      runOn(eldest, island, watcher) {
        awaitMembers(3)
        awaitShards(3)
        roles.foreach(writer => seesAll(s"at_${writer.name}"))
        assert(pharos.counter("pharos_sharding_samples_replayed") == 0)
      }
      enterBarrier("moved")
    }

    "go on with the side that is larger when the network is cut, and acknowledge nothing on the other" in {
      runOn(eldest, island, watcher)(write(s"before_${myself.name}", 1))
      enterBarrier("before the cut")
      runOn(watcher) {
        for (other <- Seq(eldest, watcher))
          Await.result(testConductor.blackhole(island, other, Direction.Both), 2.minutes)
      }
      enterBarrier("cut")
      runOn(eldest, watcher) {
        awaitMembers(2)
        awaitShards(2)
        Seq(eldest, island, watcher).foreach(writer => seesAll(s"before_${writer.name}"))
        write(s"after_${myself.name}", 1)
      }
      enterBarrier("the others went on")
      runOn(island) {
        eventually(assert(cluster.isTerminated))
        assert(!pharos.write("too_late", Series, 1, Duration.ofSeconds(5)), "a node that is shut out acknowledged")
      }
      enterBarrier("shut out")
    }

    "serve all that was acknowledged when of two nodes the eldest is killed" in {
      runOn(watcher) {
        Await.result(testConductor.exit(eldest, 0), 2.minutes)
        awaitMembers(1)
        awaitShards(1)
        roles.foreach(writer => seesAll(s"at_${writer.name}"))
        Seq("before_eldest", "before_island", "before_watcher", "after_eldest", "after_watcher").foreach(seesAll)
        write("alone", 1)
        seesAll("alone")
        val before = evaluations
        eventually(assert(evaluations > before))
      }
      runOn(watcher, island, mover)(enterBarrier("the last one serves"))
      runOn(eldest)(Thread.sleep(600_000))
    }
  }
}
