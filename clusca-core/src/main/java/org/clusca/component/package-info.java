/**
 * Parts that several model families share: autoencoders, text encoders, blocks, embeddings. With
 * {@code org.clusca.tokenize} and {@code org.clusca.io} the toolkit for model adapters: its public
 * types are kept as stable as {@code clusca-api}, except where they are marked {@link
 * org.clusca.api.Experimental}.
 */
@NullMarked
package org.clusca.component;

import org.jspecify.annotations.NullMarked;
