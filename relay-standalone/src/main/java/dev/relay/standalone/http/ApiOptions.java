package dev.relay.standalone.http;

import dev.relay.standalone.api.ApiAccess;
import dev.relay.standalone.api.ServerApi;

/**
 * The server API and how it is served.
 *
 * @param access who may ask
 * @param maxBodyBytes longest body of a request
 * @param errorMode how errors are told, unless a request wants another way
 */
public record ApiOptions(ServerApi api, ApiAccess access, int maxBodyBytes, ServerApi.ErrorMode errorMode) {}
