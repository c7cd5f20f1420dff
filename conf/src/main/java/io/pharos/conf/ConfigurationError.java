package io.pharos.conf;

/**
 * One fault in a configuration file.
 *
 * @param file the file's name as the user gave it
 * @param line from 1; 0 where the whole file is meant
 * @param column from 1; 0 where the whole line is meant
 * @param message what is wrong, and what would be right where that is known
 */
public record ConfigurationError(String file, int line, int column, String message) {
    /** The form compilers use: {@code file:line:column: message}. */
    @Override
    public String toString() {
        String where = line == 0 ? file : column == 0 ? file + ":" + line : file + ":" + line + ":" + column;
        return where + ": " + message;
    }
}
