/// A client configuration that cannot be used.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where the value stands: `kubeconfig /home/me/.kube/config`, `in-cluster configuration`.
    package var source: String
    /// What is wrong, with the value seen.
    package var problem: String
    /// What to do about it.
    package var remedy: String

    package init(source: String, problem: String, remedy: String) {
        self.source = source
        self.problem = problem
        self.remedy = remedy
    }

    package var description: String { "\(source): \(problem). \(remedy)." }
}
