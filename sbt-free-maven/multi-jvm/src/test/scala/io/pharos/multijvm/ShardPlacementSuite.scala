package io.pharos.multijvm

import io.pharos.sharding.placement.BoundedHashRing
import org.scalatest.funsuite.AnyFunSuite

import scala.jdk.CollectionConverters._
import scala.util.Random

/** Where shards live, in the words of the person who adds and removes machines. */
class ShardPlacementSuite extends AnyFunSuite {
  private val shards = (0 until 64).map(_.toString)

  private def place(nodes: Iterable[String]): Map[String, String] =
    BoundedHashRing.of(nodes.asJavaCollection).place(shards.asJavaCollection).asScala.toMap

  private def nodes(count: Int): Seq[String] = (1 to count).map(i => s"10.0.0.$i:17090")

  test("every shard has exactly one home, whatever the number of nodes") {
    for (count <- 1 to 50)
      assert(place(nodes(count)).keySet == shards.toSet, s"with $count nodes")
  }

  test("no node carries more than a tenth above its share") {
    for (count <- 2 to 50) {
      val most = place(nodes(count)).values.groupBy(identity).values.map(_.size).max
      val allowed = math.ceil(1.1 * shards.size / count).toInt
      assert(most <= allowed, s"with $count nodes")
    }
  }

  test("all nodes agree on the placement without talking, in whatever order they heard of each other") {
    val random = new Random(7)
    for (count <- 2 to 12)
      assert(place(random.shuffle(nodes(count))) == place(nodes(count)))
  }

  private def moveTo(nodes: Iterable[String], homes: Map[String, String]): Map[String, String] =
    BoundedHashRing.of(nodes.asJavaCollection).place(shards.asJavaCollection, homes.asJava).asScala.toMap

  test("starting one more node moves only its share, and moves it there") {
    for (count <- 2 to 49) {
      val before = place(nodes(count))
      val after  = moveTo(nodes(count + 1), before)
      val moved  = shards.filter(shard => before(shard) != after(shard))
      assert(moved.size <= 1.25 * shards.size / (count + 1) + 2, s"from $count to ${count + 1} nodes")
      assert(moved.map(after).toSet == Set(nodes(count + 1).last), s"from $count to ${count + 1} nodes")
    }
  }

  test("a node that leaves gives its shards to the others, and nothing else moves") {
    for (count <- 3 to 50) {
      val before = place(nodes(count))
      val after  = moveTo(nodes(count).tail, before)
      assert(!after.values.exists(_ == nodes(count).head))
      assert(shards.forall(shard => before(shard) == nodes(count).head || before(shard) == after(shard)))
    }
  }
}
