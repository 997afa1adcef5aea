package dev.doorbell.cli;

/// Entry point of the jar.
public final class Main {
    private Main() {}

    /// Runs one command and exits with its status: 0 done, 1 failed while running, 2 usage.
    public static void main(String[] args) {
        System.out.println("doorbell");
    }
}
