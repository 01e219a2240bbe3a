package org.clusca.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtLoggingLevel;
import java.lang.reflect.Field;
import java.lang.reflect.Method;

/**
 * Keeps ONNX Runtime's environment open until the process is gone. Its Java library closes it in a
 * shutdown hook, beside all other hooks: a generation that still runs then, as in a service that is
 * told to end, would crash the JVM. The environment counts who asked for it, so it is asked for
 * once more, and never let go.
 */
final class HeldEnvironment {
    private HeldEnvironment() {}

    /** To be called once there is an environment. */
    static void hold() {
        try {
            Field api =
                    Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            api.setAccessible(true);
            Method ask =
                    OrtEnvironment.class.getDeclaredMethod(
                            "createHandle", long.class, int.class, String.class);
            ask.setAccessible(true);
            int level = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL.getValue();
            ask.invoke(null, api.getLong(null), level, "clusca");
        } catch (ReflectiveOperationException | RuntimeException e) {
            // another version of ONNX Runtime: not worse than without
        }
    }
}
