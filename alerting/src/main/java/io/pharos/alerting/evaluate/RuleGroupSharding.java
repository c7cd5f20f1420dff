package io.pharos.alerting.evaluate;

import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.AskPattern;
import akka.cluster.sharding.typed.ShardingEnvelope;
import akka.cluster.sharding.typed.javadsl.EntityTypeKey;
import io.pharos.alerting.cluster.ClusterEntities;
import io.pharos.alerting.rule.RuleGroup;
import io.pharos.alerting.view.RuleGroupStatus;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Rule groups as entities: each runs on one node of the cluster, found by its key. */
public final class RuleGroupSharding {
    private static final EntityTypeKey<RuleGroupActor.Command> TYPE =
            EntityTypeKey.create(RuleGroupActor.Command.class, "pharos-rule-group");

    private final ActorSystem<?> system;
    private final RuleGroupActor.Deps deps;
    private final ActorRef<ShardingEnvelope<RuleGroupActor.Command>> region;

    /** Makes this node a host of rule groups. */
    public RuleGroupSharding(ActorSystem<?> system, RuleGroupActor.Deps deps) {
        this.system = system;
        this.deps = deps;
        this.region = ClusterEntities.start(
                system,
                TYPE,
                context -> RuleGroupActor.create(key(context.getEntityId()), deps),
                new RuleGroupActor.Stop());
    }

    /** Makes a group look at the configuration, which starts it where it does not run yet. */
    public void refresh(String groupKey) {
        region.tell(new ShardingEnvelope<>(entityId(groupKey), new RuleGroupActor.Refresh()));
    }

    /** How a group stands; what the configuration says of it when it does not answer in time. */
    public CompletionStage<RuleGroupStatus> status(RuleGroup group) {
        return pages(entityId(group.key()), 0, 0).exceptionally(fault -> RuleGroupViews.unreachable(group));
    }

    /** Takes alerts that another process left behind to the group of their rule. */
    public void adopt(String groupKey, RuleGroupActor.Adopt adopt) {
        region.tell(new ShardingEnvelope<>(entityId(groupKey), adopt));
    }

    private CompletionStage<RuleGroupStatus> pages(String entityId, int fromRule, int fromAlert) {
        CompletionStage<RuleGroupActor.StatusPage> answer = AskPattern.ask(
                region,
                replyTo -> new ShardingEnvelope<>(entityId, new RuleGroupActor.GetStatus(fromRule, fromAlert, replyTo)),
                deps.settings().statusTimeout(),
                system.scheduler());
        return answer.thenCompose(page -> page.nextRule() < 0
                ? CompletableFuture.completedStage(page.status())
                : pages(entityId, page.nextRule(), page.nextAlert())
                        .thenApply(rest -> StatusPages.joined(page.status(), rest, page.nextAlert())));
    }

    /** Entity ids end up in actor paths, which a file's name does not fit into. */
    private static String entityId(String groupKey) {
        return HexFormat.of().formatHex(groupKey.getBytes(StandardCharsets.UTF_8));
    }

    private static String key(String entityId) {
        return new String(HexFormat.of().parseHex(entityId), StandardCharsets.UTF_8);
    }
}
