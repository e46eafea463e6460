/// What is wrong with one field of a manifest, in the words and the format of the Kubernetes API machinery.
///
/// Source: apimachinery `field.Error`; the texts of the rules are those users of Argo Rollouts know.
package struct FieldError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of mistake; it decides the words between path and detail.
    package enum Problem: Hashable, Sendable {
        /// The value as it is printed: numbers and booleans bare, strings quoted, absent as `null`.
        case invalid(value: String)
        case required
        /// The feature exists in the API but not in this version of Weir.
        case forbidden
        case internalError
    }

    /// The path as users write it: `spec.strategy.canary.steps[2].analysis`.
    package var path: String
    package var problem: Problem
    /// One sentence: what is expected, and the remedy.
    package var detail: String

    package init(_ path: String, _ problem: Problem, _ detail: String) {
        self.path = path
        self.problem = problem
        self.detail = detail
    }

    /// `path: Invalid value: <value>: detail`.
    package var description: String {
        switch problem {
        case .invalid(let value): "\(path): Invalid value: \(value): \(detail)"
        case .required: "\(path): Required value: \(detail)"
        case .forbidden: "\(path): Forbidden: \(detail)"
        case .internalError: "\(path): Internal error: \(detail)"
        }
    }
}
