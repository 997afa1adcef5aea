package dev.doorbell.guest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/// Marks tests that boot a guest. Skipped with the reason where one cannot be had; see [GuestRequirements].
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Tag("guest")
@ExtendWith(GuestRequirements.class)
public @interface NeedsGuest {
    /// Whether the tests also make taps and network namespaces, which takes root.
    boolean network() default false;
}
