/// There was no usable answer: no connection, a connection that broke, a timeout, or bytes that are not the API's.
package struct UnreachableServer: Error, Hashable, Sendable, CustomStringConvertible {
    package var server: ServerAddress
    /// Method and path.
    package var operation: String
    package var problem: String
    package var remedy: String

    init(
        server: ServerAddress, operation: String, problem: String,
        remedy: String = "Check that the API server runs and that the kubeconfig names it"
    ) {
        self.server = server
        self.operation = operation
        self.problem = problem
        self.remedy = remedy
    }

    /// Puts what the network library says into the words of the person who reads it.
    init(server: ServerAddress, operation: String, cause: any Error) {
        let text = "\(cause)"
        for known in Self.known where text.contains(known.sign) {
            self.init(server: server, operation: operation, problem: known.problem, remedy: known.remedy)
            return
        }
        self.init(server: server, operation: operation, problem: text)
    }

    package var description: String { "\(operation) at \(server): \(problem). \(remedy)." }

    private static let known: [(sign: String, problem: String, remedy: String)] = [
        (
            "CERTIFICATE_VERIFY_FAILED", "the server's certificate is not signed by a trusted authority",
            "Correct certificate-authority in the kubeconfig"
        ),
        (
            "failedToValidateHostname", "the server's certificate is for another name",
            "Correct the server's name or set tls-server-name in the kubeconfig"
        ),
        (
            "WRONG_VERSION_NUMBER", "the server does not speak TLS",
            "Write http:// in the kubeconfig if it is meant to be so"
        ),
        (
            "Connection refused", "the connection was refused",
            "Check that the API server runs and that the kubeconfig names it"
        ),
        (
            "connectTimeout", "no connection within the time allowed",
            "Check that the API server runs and that the network lets it be reached"
        ),
        (
            "deadlineExceeded", "no answer within the time allowed",
            "Check that the API server is not overloaded"
        ),
        (
            "readTimeout", "the server fell silent before it answered", "Check that the API server is not overloaded"
        ),
        (
            "remoteConnectionClosed", "the server closed the connection before it answered",
            "Check the API server's log"
        ),
    ]
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
