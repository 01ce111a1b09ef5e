package dev.relay;

/** What became of an order about connections: {@link Done}, or {@link Refused} with the reason. */
public sealed interface ControlResult permits ControlResult.Done, Refused {
    /**
     * It has been carried out.
     *
     * @param connections how many connections it concerned; 0 is no fault
     */
    record Done(int connections) implements ControlResult {}
}
