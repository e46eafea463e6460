/// There was no usable answer: no connection, a connection that broke, a timeout, or bytes that are not the API's.
package struct UnreachableServer: Error, Hashable, Sendable, CustomStringConvertible {
    package var server: ServerAddress
    /// Method and path.
    package var operation: String
    package var problem: String

    package var description: String {
        "\(operation) at \(server): \(problem). Check that the API server runs and that the kubeconfig names it."
    }
}

/// The reasons API servers give with HTTP codes, for answers that carry no `Status`.
enum StatusReason {
    /// The reason for a code; `Unknown` where there is no usual one.
    static func of(_ code: Int) -> String {
        switch code {
        case 400: "BadRequest"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "NotFound"
        case 405: "MethodNotAllowed"
        case 406: "NotAcceptable"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "RequestEntityTooLarge"
        case 415: "UnsupportedMediaType"
        case 422: "Invalid"
        case 429: "TooManyRequests"
        case 500: "InternalError"
        case 503: "ServiceUnavailable"
        case 504: "Timeout"
        default: "Unknown"
        }
    }
}
