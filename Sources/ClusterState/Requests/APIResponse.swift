package import JSON
package import KubernetesModel

/// The answer to a request: an HTTP status code and an object, a list, a Table or a `Status`.
package struct APIResponse: Equatable, Sendable {
    package var code: Int
    package var document: JSONValue
    /// Texts of `Warning` headers, in order.
    package var warnings: [String]
    /// Seconds for a `Retry-After` header.
    package var retryAfterSeconds: Int?

    package init(code: Int, document: JSONValue, warnings: [String] = []) {
        self.code = code
        self.document = document
        self.warnings = warnings
    }

    /// The answer that carries a refusal.
    package init(_ failure: KubernetesFailure) {
        self.init(code: failure.code, document: failure.status)
        retryAfterSeconds = failure.retryAfter.map { Int($0.components.seconds) }
    }

    /// Whether the request was done.
    package var isSuccess: Bool { (200..<300).contains(code) }
}
