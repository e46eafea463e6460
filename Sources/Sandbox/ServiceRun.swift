/// Services that run as long as something uses them.
enum ServiceRun {
    /// Runs all services while `body` runs, and cancels them when it ends.
    ///
    /// - Throws: what `body` throws, or what the first service throws that ends before.
    static func run<Value: Sendable>(
        _ services: [@Sendable () async throws -> Void], while body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value?.self) { group in
            for service in services {
                group.addTask {
                    try await service()
                    return nil
                }
            }
            group.addTask { try await body() }
            defer { group.cancelAll() }
            while let value = try await group.next() {
                if let value { return value }
            }
            throw CancellationError()
        }
    }
}
