package io.pharos.alerting.notify;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.ClusterSharding;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.pharos.alerting.cluster.ClusterEntities;

/** Notification groups as entities: each runs on one node of the cluster, found by the hash of its key. */
public final class NotificationSharding {
    private static final EntityTypeKey<NotificationGroupActor.Command> TYPE =
            EntityTypeKey.create(NotificationGroupActor.Command.class, "pharos-notification-group");

    private final ActorRef<ShardingEnvelope<NotificationGroupActor.Command>> region;

    /** Makes this node a host of notification groups. */
    public NotificationSharding(ActorSystem<?> system, NotificationGroupActor.Deps deps) {
        this.region = ClusterEntities.start(
                system,
                TYPE,
                context -> NotificationGroupActor.create(
                        context.getEntityId(),
                        deps,
                        entity -> context.getShard().tell(new ClusterSharding.Passivate<>(entity))),
                new NotificationGroupActor.Stop());
    }

    /** Takes alerts to a group, in as many messages as they need. */
    public void offer(String entityId, NotificationGroupActor.Offer offer) {
        for (NotificationGroupActor.Offer part : OfferParts.of(offer)) {
            region.tell(new ShardingEnvelope<>(entityId, part));
        }
    }

    /** Takes what another process told the webhooks of a group to the group. */
    public void adopt(String entityId, NotificationGroupActor.Adopt adopt) {
        region.tell(new ShardingEnvelope<>(entityId, adopt));
    }
}
