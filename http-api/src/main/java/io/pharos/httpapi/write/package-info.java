/** The endpoints that take samples. No decoding here, only the stream from the body to the sink. */
@NullMarked
package io.pharos.httpapi.write;

import org.jspecify.annotations.NullMarked;
