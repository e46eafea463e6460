package import ELBModel
package import KubernetesModel
package import Planning

/// What one runtime knows and has to do; every method is called under its lock and none waits.
///
/// The shell around it (`ControllerRuntime`) and the simulator drive the same value: take keys that are due, plan
/// them from `world`, carry out the effects, and report what came of them.
package struct RuntimeState: Sendable {
    package private(set) var cache: ObjectCache
    package private(set) var observations = Observations()
    package private(set) var queue = WorkQueue<WorkKey>()
    private let controllers: [any Controller]
    private let settings: RuntimeSettings
    private var hasSynced = false
    private var memories: [WorkKey: PlanMemory] = [:]
    private var expectations: [WorkKey: Awaited] = [:]
    private var failures: [WorkKey: Int] = [:]
    /// Events that go with the next plan of a key.
    private var news: [WorkKey: [News]] = [:]
    /// Subjects that a mutating call has made stale, and since when.
    private var invalidated: [ObservationSubject: Timestamp] = [:]
    private var pending: PendingReads
    /// What reads of AWS have found on their way.
    private var inventory = AWSInventory()

    /// An Event about a change, and when that was seen. A process that does not lead has none of its own to tell: when
    /// it takes over much later, they are old.
    private struct News {
        static let ageMax = Duration.seconds(60)
        /// So many keys may have some before the old ones are looked for.
        static let keysMax = 1_000

        var record: EventRecord
        var at: Timestamp
    }

    /// What the cache has yet to show of one key's writes.
    private struct Awaited {
        var since: Timestamp
        var wanted: [(expectation: Expectation, write: KubernetesWrite, answer: KubernetesObject?)] = []
    }

    package init(controllers: [any Controller], settings: RuntimeSettings) {
        self.controllers = controllers
        self.settings = settings
        pending = PendingReads(interval: settings.readInterval)
        var kept: [ResourceKind: FieldSelection] = [:]
        for controller in controllers {
            for kind in controller.watchedKinds {
                let fields = controller.fieldsRead(of: kind)
                kept[kind] = kept[kind]?.union(fields) ?? fields
            }
        }
        fieldsKept = kept
        watchedKinds = Array(Set(controllers.flatMap(\.watchedKinds))).sorted()
        cache = ObjectCache(keeping: kept)
    }

    /// The fields that the controllers together read, of each watched kind.
    package let fieldsKept: [ResourceKind: FieldSelection]

    /// The kinds all controllers together need, sorted.
    package let watchedKinds: [ResourceKind]

    /// What planners see.
    package var world: World { World(objects: cache.objects, observations: observations) }

    // MARK: what arrives

    /// Takes over a list and queues the keys it concerns.
    package mutating func replace(_ kind: ResourceKind, with list: ObjectList, now: Timestamp) {
        let changes = cache.replace(kind, with: list)
        for change in changes { enqueue(change, now: now) }
    }

    /// Takes over a watch event and queues the keys it concerns.
    package mutating func apply(_ event: WatchEvent, _ kind: ResourceKind, now: Timestamp) {
        if let change = cache.apply(event, kind) { enqueue(change, now: now) }
    }

    private mutating func enqueue(_ change: ObjectChange, now: Timestamp) {
        let world = world
        for (index, controller) in controllers.enumerated() {
            for key in controller.keys(for: change, in: world) {
                queue.add(WorkKey(controller: index, object: key), at: now)
            }
            for record in controller.news(of: change) {
                let key = WorkKey(controller: index, object: record.key)
                if news.count > News.keysMax {
                    news = news.mapValues { recent($0, now: now) }.filter { !$0.value.isEmpty }
                }
                news[key] = recent(news[key] ?? [], now: now) + [News(record: record, at: now)]
            }
        }
    }

    // MARK: work

    /// Keys that are due, marked as being worked on; none before every kind has been listed once.
    package mutating func takeReady(now: Timestamp) -> [WorkKey] {
        guard hasSynced || cache.isSynced(watchedKinds) else { return [] }
        // No kind is ever forgotten again.
        hasSynced = true
        return queue.takeReady(now: now, limit: settings.workers - queue.workingCount)
    }

    /// Whether the cache shows everything the key has written; when not, the key is to be looked at again shortly.
    ///
    /// A watch that lags longer than the limit does not make a key forget what it has done: the cache takes over the
    /// answers to its writes instead, as if the watch had delivered them.
    package mutating func isCaughtUp(_ key: WorkKey, now: Timestamp) -> Bool {
        guard var awaited = expectations[key] else { return true }
        awaited.wanted.removeAll { $0.expectation.isMet(by: cache) }
        let isLate = awaited.since.duration(to: now) > settings.cacheWaitLimit
        if isLate {
            for (_, write, answer) in awaited.wanted {
                guard let answer else { continue }
                if let change = cache.adopt(answer, write.kind) { enqueue(change, now: now) }
            }
        }
        let isDone = awaited.wanted.isEmpty || isLate
        expectations[key] = isDone ? nil : awaited
        return isDone
    }

    /// The plan for a key, from what is known now; the Events about what has happened to its object come first, once.
    package mutating func plan(_ key: WorkKey, now: Timestamp) -> Plan {
        var memory = memories.removeValue(forKey: key) ?? PlanMemory()
        var world = world
        world.readsAwaitedSince = pending.since(key)
        var plan = controllers[key.controller].plan(key.object, in: world, now: now, reusing: &memory)
        if memory.content != nil { memories[key] = memory }
        let told = recent(news.removeValue(forKey: key) ?? [], now: now)
        plan.effects.insert(contentsOf: told.map { .event($0.record) }, at: 0)
        return plan
    }

    private func recent(_ news: [News], now: Timestamp) -> [News] {
        news.filter { $0.at.duration(to: now) <= News.ageMax }
    }

    /// Records a write that was answered.
    package mutating func wrote(
        _ write: KubernetesWrite, answered object: KubernetesObject?, by key: WorkKey, now: Timestamp
    ) {
        // What nobody watches is never seen; a binding is seen in its pod.
        let isBinding = write.kind.group.isEmpty && write.kind.plural == "bindings"
        guard isBinding || fieldsKept[write.kind] != nil else { return }
        let before = cache.objects.object(write.kind, object?.key ?? write.key)
        guard let expectation = Expectation(write, answered: object, before: before) else { return }
        var awaited = expectations[key] ?? Awaited(since: now)
        // The answer to a patch of a subresource may be another kind's object: a Scale.
        let isWhole = object?.kind == write.kind.kind
        let answer = if case .version = expectation, isWhole { object } else { KubernetesObject?.none }
        awaited.wanted.append((expectation, write, answer))
        expectations[key] = awaited
    }

    /// Records that a call is sent: if it changes where a load balancer leads, what was read of that one is not to be
    /// believed from now on, whoever asked for it.
    package mutating func sends(_ request: ELBRequest, now: Timestamp) {
        guard let name = request.reroutedLoadBalancer else { return }
        observations.forget { $0.isLoadBalancer(named: name) }
        for subject in pending.reading where subject.isLoadBalancer(named: name) { invalidated[subject] = now }
    }

    /// Records a mutating AWS call of a plan: what that plan had asked about AWS is stale from now on.
    package mutating func mutatedAWS(_ plan: Plan, now: Timestamp) {
        for request in plan.observations {
            invalidated[request.subject] = now
            observations[request.subject] = nil
        }
        for case .elb(let request) in plan.effects {
            inventory.changed(by: request, now: now)
            sends(request, now: now)
        }
    }

    /// Notes what a plan wants to know about AWS; `false` when all of it is known freshly enough. The key comes back
    /// when it is.
    package mutating func want(_ plan: Plan, by key: WorkKey, now: Timestamp) -> Bool {
        pending.want(plan, by: key, observations, now: now)
    }

    /// The next read of AWS, most urgent first; `nil` when none is needed or enough are under way.
    package mutating func takeRead(now: Timestamp) -> ReadOrder? {
        guard pending.reading.count < settings.readers, let next = pending.next(observations, now: now) else {
            return nil
        }
        let (subject, after) = (next.request.subject, latest(next.request.after, invalidated[next.request.subject]))
        // Which load balancer a name belongs to changes rarely; what a stack consists of is what is waited for.
        var ages = AWSInventory.Ages()
        if case .stack = subject { ages = AWSInventory.Ages(stack: next.request.maxAge) }
        ages.routing = settings.readInterval
        let procedure = ObservationProcedure(subject, known: inventory, ages: ages, after: after, now: now)
        return ReadOrder(subject: subject, procedure: procedure, lane: next.lane)
    }

    /// Takes over a completed read, unless something newer is known or it has been overtaken by a write.
    package mutating func observed(
        _ subject: ObservationSubject, _ observation: Observation, learned: AWSInventory = AWSInventory(),
        now: Timestamp? = nil
    ) {
        let isOvertaken = invalidated[subject].map { observation.provenSince < $0 } ?? false
        let isOlder = observations[subject].map { $0.startedAt > observation.startedAt } ?? false
        if !isOvertaken, !isOlder { observations[subject] = observation }
        if case .failure(let failure) = observation.result, failure.isNotFound { inventory.forgetLists() }
        inventory.merge(learned)
        let time = now ?? observation.startedAt
        for key in pending.ended(subject, observations, now: time) { queue.add(key, at: time) }
    }

    /// A read was given up without an answer.
    package mutating func gaveUp(_ subject: ObservationSubject, now: Timestamp) {
        for key in pending.ended(subject, observations, now: now) { queue.add(key, at: now) }
    }

    private func latest(_ left: Timestamp?, _ right: Timestamp?) -> Timestamp? {
        [left, right].compactMap { $0 }.max()
    }

    // MARK: outcomes

    /// Who waits for a read and has nothing else to wait for looks again after this time.
    private static let waitMin = Duration.seconds(1)

    /// Ends the work on a key whose effects were carried out: it comes back at once when it has changed something,
    /// else when the plan says so, or when what it wants to know is known.
    ///
    /// - Parameter isWaiting: whether it waits for reads.
    package mutating func succeeded(_ key: WorkKey, plan: Plan, isWaiting: Bool, now: Timestamp) {
        // A look between two tries of the same refused call is not a success of that call.
        if plan.changesTheWorld || !isWaiting { failures[key] = nil }
        queue.finish(key)
        if plan.changesTheWorld {
            queue.add(key, at: now)
        } else if let time = plan.wakeAt {
            // What it looks at again is old already: only a read can change that, and brings it back.
            let soonest = isWaiting && time <= now ? Self.waitMin : .milliseconds(10)
            queue.add(key, at: max(time, now.advanced(by: soonest)))
        }
    }

    /// Ends the work on a key one of whose effects failed: it comes back after `delay`.
    package mutating func failed(_ key: WorkKey, retryAfter delay: Duration, now: Timestamp) {
        queue.finish(key)
        queue.add(key, at: now.advanced(by: delay))
    }

    /// Counts a failure in a row; the count so far, at least 1.
    package mutating func countFailure(_ key: WorkKey) -> Int {
        failures[key, default: 0] += 1
        return failures[key] ?? 1
    }

    /// Ends the work on a key that has to wait for the cache.
    package mutating func postponed(_ key: WorkKey, now: Timestamp) {
        queue.finish(key)
        queue.add(key, at: now.advanced(by: .milliseconds(25)))
    }

    /// When the next key is due; `nil` when nothing waits.
    package mutating func nextDue() -> Timestamp? {
        queue.nextDue()
    }

    /// What is going on.
    package func reading(now: Timestamp) -> RuntimeReading {
        let queues = controllers.enumerated().map { index, controller in
            let counts = queue.counts(now: now) { $0.controller == index }
            return RuntimeReading.Queue(
                controller: controller.name, dueCount: counts.due, laterCount: counts.later,
                workingCount: queue.workingCount { $0.controller == index })
        }
        let kinds = watchedKinds
        return RuntimeReading(
            queues: queues,
            objects: kinds.map { RuntimeReading.KindCount(kind: $0, count: cache.objects.count($0)) },
            missingKinds: kinds.filter { !cache.isSynced([$0]) })
    }

    /// The controller a key belongs to.
    package func controller(of key: WorkKey) -> any Controller {
        controllers[key.controller]
    }
}
