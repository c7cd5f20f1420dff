package io.pharos.httpclient;

/** One header field as it is on the wire; names compare without regard to case. */
public record HttpHeader(String name, String value) {
    /** Whether this is the field of a name. */
    public boolean is(String other) {
        return name.equalsIgnoreCase(other);
    }
}
