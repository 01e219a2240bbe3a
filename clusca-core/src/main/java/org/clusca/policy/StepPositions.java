package org.clusca.policy;

/** Full steps, and where the others lie between them. */
interface StepPositions extends When.FullSteps {
    /** Counts the steps between full ones, 0 for a full step. */
    int position(int index, int block);

    @Override
    default boolean full(int index, int block) {
        return position(index, block) == 0;
    }
}
