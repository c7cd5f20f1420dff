package org.apache.cassandra.security;

import java.security.PermissionCollection;
import java.security.Permissions;

/**
 * Goes in front of the child's class path on a Java without a security manager, where Cassandra's own class of this name cannot
 * be initialised. It guards nothing: user-defined functions, the only thing it sandboxed, are off.
 */
public final class ThreadAwareSecurityManager {
    /** Cassandra reads this field. */
    public static final PermissionCollection noPermissions = new Permissions();

    private ThreadAwareSecurityManager() {}

    /** Does nothing: there is no security manager to install. */
    public static void install() {}

    /** Never: no thread runs foreign code. */
    public static boolean isSecuredThread() {
        return false;
    }
}
