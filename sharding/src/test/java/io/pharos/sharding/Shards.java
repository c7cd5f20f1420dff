package io.pharos.sharding;

import io.pharos.sharding.shard.LimitSettings;
import io.pharos.sharding.shard.ShardSettings;
import java.lang.reflect.RecordComponent;
import java.time.Duration;

/** Settings of shards as tests want them. */
final class Shards {
    private Shards() {}

    static ShardSettings withLimits(ShardSettings shard, LimitSettings limits) {
        return with(shard, "limits", limits);
    }

    static ShardSettings withHotPreload(ShardSettings shard, Duration hotPreload) {
        return with(shard, "hotPreload", hotPreload);
    }

    static ShardSettings withHotSpan(ShardSettings shard, Duration hotSpan) {
        return with(shard, "hotSpan", hotSpan);
    }

    /** The settings with another value of one component, whose name must be right. */
    private static ShardSettings with(ShardSettings shard, String changed, Object value) {
        RecordComponent[] components = ShardSettings.class.getRecordComponents();
        Class<?>[] types = new Class<?>[components.length];
        Object[] values = new Object[components.length];
        boolean found = false;
        try {
            for (int i = 0; i < components.length; i++) {
                boolean matches = components[i].getName().equals(changed);
                found |= matches;
                types[i] = components[i].getType();
                values[i] = matches ? value : components[i].getAccessor().invoke(shard);
            }
            if (!found) {
                throw new IllegalArgumentException("settings of shards have no " + changed);
            }
            return ShardSettings.class.getDeclaredConstructor(types).newInstance(values);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
