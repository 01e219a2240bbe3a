/**
 * The FLUX adapter: reads a directory, describes the network, and turns prompts into what the
 * network takes. Encoders and autoencoder are components that other families share.
 */
@NullMarked
package org.clusca.model.flux;

import org.jspecify.annotations.NullMarked;
