package io.pharos.alerting.notify;

import io.pharos.alerting.alert.AlertSink;
import io.pharos.alerting.alert.OutgoingAlert;
import io.pharos.alerting.route.AlertmanagerConfiguration;
import io.pharos.alerting.route.Route;
import io.pharos.timeseries.labels.Labels;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Takes alerts along the routing tree to their notification groups. */
public final class AlertDispatcher implements AlertSink {
    private static final int ALERTS_A_MESSAGE = 50; // keeps a message far below what the cluster's transport takes

    private final RouteDefinitions routes;
    private final BiConsumer<String, NotificationGroupActor.Offer> groups;

    /**
     * A dispatcher.
     *
     * @param groups takes a message to the group of a name, wherever it runs
     */
    public AlertDispatcher(RouteDefinitions routes, BiConsumer<String, NotificationGroupActor.Offer> groups) {
        this.routes = routes;
        this.groups = groups;
    }

    @Override
    public void send(List<OutgoingAlert> alerts) {
        Optional<AlertmanagerConfiguration> config = routes.alertmanager();
        if (config.isEmpty()) {
            return;
        }
        Map<String, NotificationGroupActor.Offer> offers = new LinkedHashMap<>();
        for (OutgoingAlert alert : alerts) {
            Labels labels = Labels.of(alert.labels());
            for (Route route : config.get().root().matching(labels)) {
                Labels groupLabels = route.groupLabels(labels);
                String groupKey = route.groupKey(groupLabels);
                String entity = GroupIdentity.entity(route.receiver(), groupKey);
                NotificationGroupActor.Offer offer = offers.computeIfAbsent(
                        entity,
                        fresh -> new NotificationGroupActor.Offer(
                                route.key(), route.receiver(), groupLabels.toMap(), groupKey, new ArrayList<>()));
                offer.alerts().add(alert);
                if (offer.alerts().size() == ALERTS_A_MESSAGE) {
                    groups.accept(entity, offer);
                    offers.remove(entity);
                }
            }
        }
        offers.forEach(groups);
    }
}
