package dev.doorbell.linux;

/// Error numbers of Linux, errno(3), as on x86-64, aarch64 and
/// riscv64. System calls of this room answer them negated.
public final class Errno {
    // spotless:off
    public static final int EPERM           =   1;
    public static final int ENOENT          =   2;
    public static final int EINTR           =   4;
    public static final int EIO             =   5;
    public static final int ENXIO           =   6;
    public static final int E2BIG           =   7;
    public static final int ENOEXEC         =   8;
    public static final int EBADF           =   9;
    public static final int ECHILD          =  10;
    public static final int EAGAIN          =  11;
    public static final int ENOMEM          =  12;
    public static final int EACCES          =  13;
    public static final int EFAULT          =  14;
    public static final int EBUSY           =  16;
    public static final int EEXIST          =  17;
    public static final int EXDEV           =  18;
    public static final int ENODEV          =  19;
    public static final int ENOTDIR         =  20;
    public static final int EISDIR          =  21;
    public static final int EINVAL          =  22;
    public static final int ENFILE          =  23;
    public static final int EMFILE          =  24;
    public static final int ENOTTY          =  25;
    public static final int ETXTBSY         =  26;
    public static final int EFBIG           =  27;
    public static final int ENOSPC          =  28;
    public static final int ESPIPE          =  29;
    public static final int EROFS           =  30;
    public static final int EPIPE           =  32;
    public static final int EDOM            =  33;
    public static final int ERANGE          =  34;
    public static final int ENAMETOOLONG    =  36;
    public static final int ENOSYS          =  38;
    public static final int ELOOP           =  40;
    public static final int EPROTO          =  71;
    public static final int EBADFD          =  77;
    public static final int EOVERFLOW       =  75;
    public static final int ENOTSOCK        =  88;
    public static final int EDESTADDRREQ    =  89;
    public static final int EMSGSIZE        =  90;
    public static final int EPROTOTYPE      =  91;
    public static final int ENOPROTOOPT     =  92;
    public static final int EPROTONOSUPPORT =  93;
    public static final int EOPNOTSUPP      =  95;
    public static final int EAFNOSUPPORT    =  97;
    public static final int EADDRINUSE      =  98;
    public static final int EADDRNOTAVAIL   =  99;
    public static final int ENETDOWN        = 100;
    public static final int ENETUNREACH     = 101;
    public static final int ECONNABORTED    = 103;
    public static final int ECONNRESET      = 104;
    public static final int ENOBUFS         = 105;
    public static final int EISCONN         = 106;
    public static final int ENOTCONN        = 107;
    public static final int ESHUTDOWN       = 108;
    public static final int ETOOMANYREFS    = 109;
    public static final int ETIMEDOUT       = 110;
    public static final int ECONNREFUSED    = 111;
    public static final int EHOSTDOWN       = 112;
    public static final int EHOSTUNREACH    = 113;
    public static final int EALREADY        = 114;
    public static final int EINPROGRESS     = 115;
    public static final int ECANCELED       = 125;
    // spotless:on

    private Errno() {}

    /// The C name of an error number, negated or not:
    /// `"EAGAIN"`; `"errno 1234"` for one without a name here.
    public static String name(int errno) {
        int number = Math.abs(errno);
        return switch (number) {
            // spotless:off
            case EPERM           -> "EPERM";
            case ENOENT          -> "ENOENT";
            case EINTR           -> "EINTR";
            case EIO             -> "EIO";
            case ENXIO           -> "ENXIO";
            case E2BIG           -> "E2BIG";
            case ENOEXEC         -> "ENOEXEC";
            case EBADF           -> "EBADF";
            case ECHILD          -> "ECHILD";
            case EAGAIN          -> "EAGAIN";
            case ENOMEM          -> "ENOMEM";
            case EACCES          -> "EACCES";
            case EFAULT          -> "EFAULT";
            case EBUSY           -> "EBUSY";
            case EEXIST          -> "EEXIST";
            case EXDEV           -> "EXDEV";
            case ENODEV          -> "ENODEV";
            case ENOTDIR         -> "ENOTDIR";
            case EISDIR          -> "EISDIR";
            case EINVAL          -> "EINVAL";
            case ENFILE          -> "ENFILE";
            case EMFILE          -> "EMFILE";
            case ENOTTY          -> "ENOTTY";
            case ETXTBSY         -> "ETXTBSY";
            case EFBIG           -> "EFBIG";
            case ENOSPC          -> "ENOSPC";
            case ESPIPE          -> "ESPIPE";
            case EROFS           -> "EROFS";
            case EPIPE           -> "EPIPE";
            case EDOM            -> "EDOM";
            case ERANGE          -> "ERANGE";
            case ENAMETOOLONG    -> "ENAMETOOLONG";
            case ENOSYS          -> "ENOSYS";
            case ELOOP           -> "ELOOP";
            case EPROTO          -> "EPROTO";
            case EBADFD          -> "EBADFD";
            case EOVERFLOW       -> "EOVERFLOW";
            case ENOTSOCK        -> "ENOTSOCK";
            case EDESTADDRREQ    -> "EDESTADDRREQ";
            case EMSGSIZE        -> "EMSGSIZE";
            case EPROTOTYPE      -> "EPROTOTYPE";
            case ENOPROTOOPT     -> "ENOPROTOOPT";
            case EPROTONOSUPPORT -> "EPROTONOSUPPORT";
            case EOPNOTSUPP      -> "EOPNOTSUPP";
            case EAFNOSUPPORT    -> "EAFNOSUPPORT";
            case EADDRINUSE      -> "EADDRINUSE";
            case EADDRNOTAVAIL   -> "EADDRNOTAVAIL";
            case ENETDOWN        -> "ENETDOWN";
            case ENETUNREACH     -> "ENETUNREACH";
            case ECONNABORTED    -> "ECONNABORTED";
            case ECONNRESET      -> "ECONNRESET";
            case ENOBUFS         -> "ENOBUFS";
            case EISCONN         -> "EISCONN";
            case ENOTCONN        -> "ENOTCONN";
            case ESHUTDOWN       -> "ESHUTDOWN";
            case ETOOMANYREFS    -> "ETOOMANYREFS";
            case ETIMEDOUT       -> "ETIMEDOUT";
            case ECONNREFUSED    -> "ECONNREFUSED";
            case EHOSTDOWN       -> "EHOSTDOWN";
            case EHOSTUNREACH    -> "EHOSTUNREACH";
            case EALREADY        -> "EALREADY";
            case EINPROGRESS     -> "EINPROGRESS";
            case ECANCELED       -> "ECANCELED";
            // spotless:on
            default -> "errno " + number;
        };
    }
}
