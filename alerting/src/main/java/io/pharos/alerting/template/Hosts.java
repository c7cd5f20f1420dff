package io.pharos.alerting.template;

/** Shorter forms of host and port. */
final class Hosts {
    private Hosts() {}

    static String withoutPort(String address) {
        int colon = address.lastIndexOf(':');
        if (address.startsWith("[")) {
            int bracket = address.indexOf(']');
            return bracket > 0 && colon == bracket + 1 ? address.substring(1, bracket) : address;
        }
        return colon < 0 || address.indexOf(':') != colon ? address : address.substring(0, colon);
    }

    static String withoutDomain(String address) {
        int colon = address.lastIndexOf(':');
        boolean port = colon >= 0 && address.indexOf(':') == colon;
        String host = port ? address.substring(0, colon) : address;
        if (host.matches("[0-9.]+") || host.contains(":")) {
            return address;
        }
        int dot = host.indexOf('.');
        return (dot < 0 ? host : host.substring(0, dot)) + (port ? address.substring(colon) : "");
    }
}
