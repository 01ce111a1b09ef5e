package dev.relay.standalone.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.relay.ErrorCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApiErrorTest {
    @ParameterizedTest
    @CsvSource({
        "100,internal server error,500",
        "102,unknown channel,404",
        "104,not found,404",
        "107,bad request,400",
        "108,not available,400",
        "111,too many requests,429",
        "112,unrecoverable position,416",
        "113,conflict,409"
    })
    void each_of_the_apis_errors_has_its_status(int code, String message, int status) {
        assertThat(ApiError.of(new ErrorCode(code, message, false))).isEqualTo(new ApiError(code, message, status));
    }

    @Test
    void what_does_not_exist_is_called_the_same_whatever_it_is() {
        assertThat(ApiError.of(ErrorCode.METHOD_NOT_FOUND)).isEqualTo(ApiError.NOT_FOUND);
    }

    @Test
    void an_applications_own_errors_go_through() {
        assertThat(ApiError.of(new ErrorCode(1000, "sold out", false))).isEqualTo(new ApiError(1000, "sold out", 400));
        assertThat(ApiError.of(new ErrorCode(1001, "busy", true))).isEqualTo(new ApiError(1001, "busy", 503));
    }
}
