/** Tests of cold objects in a bucket that need no real server. */
@NullMarked
package io.pharos.colds3;

import org.jspecify.annotations.NullMarked;
