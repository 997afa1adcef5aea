package dev.doorbell.linux.process;

import dev.doorbell.linux.CStatements;
import org.junit.jupiter.api.Test;

/// Numbers and offsets of accounts, credentials and execution, compared with what the C headers
/// say. Skipped without a C compiler.
class ProcessCompilerTest {
    private static final String HEADERS = """
            #define _GNU_SOURCE
            #include <fcntl.h>
            #include <linux/capability.h>
            #include <linux/close_range.h>
            #include <pwd.h>
            #include <signal.h>
            #include <spawn.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <sys/prctl.h>
            #include <sys/syscall.h>
            #include <sys/wait.h>
            """;

    private final CStatements stated = new CStatements(HEADERS);

    @Test
    void structsAreLaidOutAsInC() throws Exception {
        stated.size("passwd", Account.PASSWD_BYTES);
        stated.offset("passwd", "pw_name", Account.PW_NAME);
        stated.offset("passwd", "pw_uid", Account.PW_UID);
        stated.offset("passwd", "pw_gid", Account.PW_GID);
        stated.offset("passwd", "pw_dir", Account.PW_DIR);
        stated.size("__user_cap_header_struct", Credentials.CAP_HEADER_BYTES);
        stated.offset("__user_cap_header_struct", "version", 0);
        stated.offset("__user_cap_header_struct", "pid", Integer.BYTES);
        stated.size("__user_cap_data_struct", Credentials.CAP_DATA_BYTES);
        stated.offset("__user_cap_data_struct", "effective", Credentials.CAP_EFFECTIVE);
        stated.compareWithC();
    }

    @Test
    void numbersAreTheOnesOfC() throws Exception {
        for (Capability capability : Capability.values()) stated.number(capability.name(), capability.number);
        stated.number("_LINUX_CAPABILITY_VERSION_3", Credentials.CAPABILITY_VERSION_3);
        stated.number("PR_CAPBSET_READ", Credentials.PR_CAPBSET_READ);
        stated.number("PR_CAPBSET_DROP", Credentials.PR_CAPBSET_DROP);
        stated.number("PR_SET_NO_NEW_PRIVS", Credentials.PR_SET_NO_NEW_PRIVS);
        stated.number("PR_CAP_AMBIENT", Credentials.PR_CAP_AMBIENT);
        stated.number("PR_CAP_AMBIENT_CLEAR_ALL", Credentials.PR_CAP_AMBIENT_CLEAR_ALL);
        stated.number("SYS_capget", Credentials.CAPGET.number());
        stated.number("SYS_capset", Credentials.CAPSET.number());
        stated.number("SYS_prctl", Credentials.PRCTL.number());
        stated.number("SYS_setgroups", Credentials.SETGROUPS.number());
        stated.number("SYS_setresuid", Credentials.SETRESUID.number());
        stated.number("SYS_setresgid", Credentials.SETRESGID.number());
        stated.number("SYS_close_range", ProcessImage.CLOSE_RANGE.number());
        stated.number("SYS_dup3", ProcessImage.DUP3.number());
        stated.number("SYS_rt_sigprocmask", ProcessImage.RT_SIGPROCMASK.number());
        stated.number("CLOSE_RANGE_CLOEXEC", ProcessImage.CLOSE_RANGE_CLOEXEC);
        stated.number("O_CLOEXEC", ProcessImage.O_CLOEXEC);
        stated.number("F_GETFD", ProcessImage.F_GETFD);
        stated.number("F_SETFD", ProcessImage.F_SETFD);
        stated.number("SIG_SETMASK", ProcessImage.SIG_SETMASK);
        stated.number("SIGHUP", ProcessImage.SIGHUP);
        stated.number("SIGINT", ProcessImage.SIGINT);
        stated.number("SIGTERM", ProcessImage.SIGTERM);
        stated.number("(long) SIG_DFL", ProcessImage.SIG_DFL);
        stated.number("(long) SIG_IGN", ProcessImage.SIG_IGN);
        stated.compareWithC();
    }

    @Test
    void numbersOfChildProcessesAreTheOnesOfC() throws Exception {
        stated.number("POSIX_SPAWN_SETPGROUP", ChildProcess.POSIX_SPAWN_SETPGROUP);
        stated.number("POSIX_SPAWN_SETSIGDEF", ChildProcess.POSIX_SPAWN_SETSIGDEF);
        stated.number("POSIX_SPAWN_SETSIGMASK", ChildProcess.POSIX_SPAWN_SETSIGMASK);
        stated.number("sizeof(sigset_t)", ChildProcess.SIGSET_BYTES);
        stated.number("WNOHANG", ChildProcess.WNOHANG);
        stated.number("SIGTERM", ChildProcess.SIGTERM);
        stated.number("SIGKILL", ChildProcess.SIGKILL);
        stated.number("O_CLOEXEC", ChildProcess.O_CLOEXEC);
        stated.number("F_DUPFD_CLOEXEC", ChildProcess.F_DUPFD_CLOEXEC);
        stated.number("SYS_pidfd_open", ChildProcess.PIDFD_OPEN.number());
        stated.number("SYS_pipe2", ChildProcess.PIPE2.number());
        stated.number("sizeof(posix_spawn_file_actions_t) <= " + ChildProcess.STRUCT_BYTES, 1);
        stated.number("sizeof(posix_spawnattr_t) <= " + ChildProcess.STRUCT_BYTES, 1);
        stated.compareWithC();
    }
}
