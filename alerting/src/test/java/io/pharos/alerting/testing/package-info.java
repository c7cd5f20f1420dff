/** Stand-ins that the tests of this module share. */
@org.jspecify.annotations.NullMarked
package io.pharos.alerting.testing;
