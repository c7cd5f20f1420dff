/** How the entities of this module are placed in the cluster. No entity is known here. */
@NullMarked
package io.pharos.alerting.cluster;

import org.jspecify.annotations.NullMarked;
