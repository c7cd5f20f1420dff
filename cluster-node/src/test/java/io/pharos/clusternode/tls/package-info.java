/** Tests of encryption between nodes, with certificates made by the JDK. */
@NullMarked
package io.pharos.clusternode.tls;

import org.jspecify.annotations.NullMarked;
