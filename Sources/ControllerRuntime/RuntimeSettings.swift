package import KubernetesModel

/// How a runtime works; the defaults suit production.
package struct RuntimeSettings: Sendable, Equatable {
    /// The namespace to which everything is limited; `nil` for the whole cluster.
    package var namespace: String?
    /// How many keys are worked on at once, at least 1.
    package var workers: Int
    /// How many reads of AWS are under way at once, at least 1.
    package var readers: Int
    /// What is read of AWS is not read again sooner than this, whatever `maxAge` asks.
    package var readInterval: Duration
    /// The component named in the Events that are recorded.
    package var component: String
    /// How long a key waits at most for the cache to show its own writes before it is planned from what there is.
    package var cacheWaitLimit: Duration

    package init(
        namespace: String? = nil, workers: Int = 8, readers: Int = 4,
        readInterval: Duration = .milliseconds(300), component: String = "weir", cacheWaitLimit: Duration = .seconds(30)
    ) {
        self.namespace = namespace
        self.workers = workers
        self.readers = readers
        self.readInterval = readInterval
        self.component = component
        self.cacheWaitLimit = cacheWaitLimit
    }
}

/// One object of one controller: what the queue holds.
package struct WorkKey: Hashable, Sendable, CustomStringConvertible {
    /// The controller's index in the runtime's list.
    package var controller: Int
    package var object: ObjectKey

    package init(controller: Int, object: ObjectKey) {
        self.controller = controller
        self.object = object
    }

    package var description: String { "\(controller):\(object)" }
}
