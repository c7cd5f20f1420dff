package io.pharos.collection.wire;

/** A body that is not what its protocol says; the message names the fault and the byte, for the sender's answer. */
public final class MalformedBodyException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean tooLarge;

    /** What is wrong at a byte of the (decompressed) body. */
    public MalformedBodyException(String what, long at) {
        super(what + " at byte " + at);
        tooLarge = false;
    }

    private MalformedBodyException(String what, boolean tooLarge) {
        super(what);
        this.tooLarge = tooLarge;
    }

    /** A body that cannot be decompressed. */
    public static MalformedBodyException notCompressed(String what) {
        return new MalformedBodyException(what, false);
    }

    /** A body that passes a limit. */
    public static MalformedBodyException tooLarge(String what) {
        return new MalformedBodyException(what, true);
    }

    /** Whether a smaller request would be taken: HTTP's 413 instead of 400. */
    public boolean isTooLarge() {
        return tooLarge;
    }
}
