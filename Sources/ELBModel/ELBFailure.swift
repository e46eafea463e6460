/// Why the API refused a call, or why an answer could not be read.
package struct ELBFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The short word on the wire, without an `Exception` suffix.
    package var code: Code
    /// The sentence that goes with it.
    package var message: String
    /// The HTTP status, 400...599; 0 when no answer was received.
    package var httpStatus: Int

    /// Describes a refusal; the status is the one that the API uses with that code unless given.
    package init(_ code: Code, _ message: String, httpStatus: Int? = nil) {
        self.code = code
        self.message = message
        self.httpStatus = httpStatus ?? code.httpStatus
    }

    /// `RuleNotFound: One or more rules not found`.
    package var description: String { "\(code): \(message)" }

    /// Whether the caller must slow down. Both spellings occur in practice.
    package var isThrottling: Bool { Code.throttlingCodes.contains(code) || httpStatus == 429 }

    /// Whether the same call may succeed a little later: throttling, a server error, or no answer at all.
    package var isTransient: Bool { isThrottling || httpStatus >= 500 || httpStatus == 0 }

    /// Whether something that the call names does not exist.
    package var isNotFound: Bool { code.rawValue.hasSuffix("NotFound") }

    /// Whether the caller lacks a permission.
    package var isDenied: Bool {
        code == .accessDenied || code == "AccessDeniedException" || code == "UnauthorizedOperation"
    }

    /// A refusal of the input's form.
    package static func validation(_ message: String) -> ELBFailure { ELBFailure(.validationError, message) }
}

extension ELBFailure {
    /// A code of the API; open, because AWS adds to the set.
    package struct Code: WireToken {
        /// The word on the wire.
        package var rawValue: String
        /// Wraps a word.
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The status that the API sends with this code.
        package var httpStatus: Int {
            switch self {
            case .internalFailure, .healthUnavailable, .insufficientCapacity: 500
            case .serviceUnavailable: 503
            case .accessDenied, .signatureDoesNotMatch, .invalidClientTokenId, .missingAuthenticationToken: 403
            case .expiredToken, .optInRequired: 403
            case .priorRequestNotComplete: 429
            case .unreachable: 0
            default: 400
            }
        }

        static let throttlingCodes: Set<Code> = [
            .throttling, "ThrottlingException", "ThrottledException", "RequestThrottled", "RequestThrottledException",
            "RequestLimitExceeded", "TooManyRequestsException", "SlowDown", "BandwidthLimitExceeded",
            .priorRequestNotComplete,
        ]
    }
}
