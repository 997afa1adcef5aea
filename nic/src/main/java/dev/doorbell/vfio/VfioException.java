package dev.doorbell.vfio;

import java.io.IOException;

/// A function cannot be had through VFIO, or what the kernel says about it makes no sense. The message
/// says what is wrong and what to do.
public final class VfioException extends IOException {
    private static final long serialVersionUID = 1;

    VfioException(String message) {
        super(message);
    }
}
