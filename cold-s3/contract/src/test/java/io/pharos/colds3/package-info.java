/** Cold objects in a bucket of a real server. */
@NullMarked
package io.pharos.colds3;

import org.jspecify.annotations.NullMarked;
