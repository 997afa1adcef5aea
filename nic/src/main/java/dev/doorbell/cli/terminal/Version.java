package dev.doorbell.cli.terminal;

import picocli.CommandLine.IVersionProvider;

/// What `--version` says.
public final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"doorbell " + version()};
    }

    /// As the jar's manifest has it.
    public static String version() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }
}
