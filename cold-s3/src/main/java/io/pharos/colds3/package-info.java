/**
 * Cold objects in a bucket that speaks S3, by Amazon's library. Loaded out of a folder of its own where it is configured (docs/adr/0031),
 * so nothing else may refer to these classes.
 */
@NullMarked
package io.pharos.colds3;

import org.jspecify.annotations.NullMarked;
