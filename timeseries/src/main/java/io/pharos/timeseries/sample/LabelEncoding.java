package io.pharos.timeseries.sample;

import io.pharos.timeseries.labels.Labels;

/** How the label bytes of a batch are written, so that only the first sample of a series pays for reading them. */
public interface LabelEncoding {
    /** The canonical form of {@link Labels}. */
    LabelEncoding CANONICAL = new LabelEncoding() {
        @Override
        public Labels decode(byte[] bytes, int from, int to) {
            return Labels.ofCanonicalBytes(bytes, from, to);
        }

        @Override
        public int code() {
            return 0;
        }
    };

    /**
     * Reads the labels between two offsets (the end is exclusive), sorted.
     *
     * @throws IllegalArgumentException with a sentence for the sender when a name is missing, repeated or not valid
     */
    Labels decode(byte[] bytes, int from, int to);

    /** A small number that is this encoding's own: equal bytes in two encodings are different series. */
    int code();
}
