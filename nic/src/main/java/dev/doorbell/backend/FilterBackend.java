package dev.doorbell.backend;

import dev.doorbell.frame.FrameBackend;

/// A decorator: a backend around another backend, of which it owns the closing.
abstract class FilterBackend extends CountedBackend {
    final FrameBackend inner;

    FilterBackend(FrameBackend inner, Capabilities capabilities) {
        super(capabilities);
        this.inner = inner;
    }

    @Override
    public boolean linkUp() {
        return inner.linkUp();
    }

    @Override
    public int receiveFd() {
        return inner.receiveFd();
    }

    @Override
    public int transmitFd() {
        return inner.transmitFd();
    }

    @Override
    public void close() {
        inner.close();
    }
}
