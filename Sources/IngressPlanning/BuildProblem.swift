/// A mistake in what the user wrote; it becomes a Warning event.
///
/// Thrown, it stops the building of one Ingress' stack, and what exists in AWS stays as it is until it is corrected.
package struct BuildProblem: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where it stands: `annotation alb.ingress.kubernetes.io/actions.web of Ingress shop/web`.
    package var place: String
    /// What is wrong with the value seen.
    package var problem: String
    /// What to do about it, a full sentence.
    package var remedy: String

    /// Describes a mistake at a place.
    package init(_ place: String, _ problem: String, remedy: String) {
        self.place = place
        self.problem = problem
        self.remedy = remedy
    }

    /// `place: problem. Remedy.`
    package var description: String { "\(place): \(problem). \(remedy)" }
}

/// A value for use in a sentence: quoted, and cut when it is long.
func quoted(_ text: String) -> String {
    text.count <= 120 ? "'\(text)'" : "'\(text.prefix(117))...'"
}
