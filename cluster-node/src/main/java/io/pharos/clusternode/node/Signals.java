package io.pharos.clusternode.node;

import java.lang.reflect.Proxy;

/**
 * Handlers of operating system signals. The JDK offers them only in an unsupported package, so they are reached by reflection:
 * where a later JDK has none, the caller's shutdown hook still stops the process.
 */
public final class Signals {
    private Signals() {}

    /**
     * Runs an action, on a thread of the JVM, whenever the signal arrives.
     *
     * @param name without SIG: INT, TERM, HUP
     * @return whether the handler was installed
     */
    public static boolean handle(String name, Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            action.run();
                            return null;
                        }
                        return switch (method.getName()) {
                            case "hashCode" -> System.identityHashCode(self);
                            case "equals" -> self == arguments[0];
                            default -> "handler of SIG" + name;
                        };
                    });
            signal.getMethod("handle", signal, handler)
                    .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            return true;
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            return false;
        }
    }
}
