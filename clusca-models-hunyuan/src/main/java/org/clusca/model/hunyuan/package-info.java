/**
 * The HunyuanVideo adapter: reads a directory, describes the network, and turns prompts into what
 * the network takes. Blocks, encoders and autoencoder are components that other families share.
 */
@NullMarked
package org.clusca.model.hunyuan;

import org.jspecify.annotations.NullMarked;
