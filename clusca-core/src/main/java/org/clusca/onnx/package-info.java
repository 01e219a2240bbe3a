/**
 * Graphs and sessions on ONNX Runtime; the only package that touches {@code ai.onnxruntime} or ONNX
 * protobufs.
 */
@NullMarked
package org.clusca.onnx;

import org.jspecify.annotations.NullMarked;
