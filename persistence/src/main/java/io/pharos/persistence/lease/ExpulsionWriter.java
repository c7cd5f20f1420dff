package io.pharos.persistence.lease;

import akka.actor.AbstractActor;
import akka.actor.ExtendedActorSystem;
import akka.actor.Props;
import akka.cluster.Cluster;
import akka.cluster.ClusterEvent;
import akka.cluster.Member;
import akka.cluster.MemberStatus;
import java.util.Set;

/** Has every run of a node written down that the cluster downed, on each node that sees it. */
final class ExpulsionWriter extends AbstractActor {
    private final Cluster cluster = Cluster.get(getContext().getSystem());
    private final Expulsions expulsions;

    private ExpulsionWriter(Expulsions expulsions) {
        this.expulsions = expulsions;
    }

    static void start(ExtendedActorSystem system, Expulsions expulsions) {
        system.systemActorOf(
                Props.create(ExpulsionWriter.class, () -> new ExpulsionWriter(expulsions)), "expulsion-writer");
    }

    @Override
    public void preStart() {
        cluster.subscribe(
                getSelf(),
                ClusterEvent.initialStateAsEvents(),
                ClusterEvent.MemberDowned.class,
                ClusterEvent.MemberRemoved.class);
    }

    @Override
    public void postStop() {
        cluster.unsubscribe(getSelf());
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(ClusterEvent.MemberDowned.class, downed -> write(downed.member()))
                .match(
                        ClusterEvent.MemberRemoved.class,
                        removed -> removed.previousStatus().equals(MemberStatus.down()),
                        removed -> write(removed.member()))
                .build();
    }

    private void write(Member member) {
        expulsions.write(Set.of(member.uniqueAddress()));
    }
}
