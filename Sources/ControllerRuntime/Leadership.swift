/// Whether this process may write; asked immediately before each write.
package struct Leadership: Sendable {
    /// Whether this process leads now.
    package var isLeader: @Sendable () -> Bool

    package init(isLeader: @escaping @Sendable () -> Bool) {
        self.isLeader = isLeader
    }

    /// For a single process that nobody competes with.
    package static let alone = Leadership { true }
}
