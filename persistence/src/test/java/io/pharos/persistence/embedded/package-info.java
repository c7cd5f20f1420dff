/** Tests of the embedded server: each has a server of its own, on random ports, in a temporary folder. */
@NullMarked
package io.pharos.persistence.embedded;

import org.jspecify.annotations.NullMarked;
