import KubernetesModel

/// What the environment has done that no controller can make up for at once.
///
/// A promise is about what Weir does: a pod that a drain evicts, a program that hangs, a rule that a person changes are
/// not its doing. What is excused is as narrow as possible: the addresses concerned, for as long as it takes.
struct EnvironmentExcuses: Sendable {
    /// From the end of a disturbance until its consequences are over: a replacement pod is a healthy target.
    private static let recovery = Duration.seconds(120)
    /// From the last moment at which nobody could take a target away until it is gone from the load balancer: a watch
    /// has to say that its pod ends, a call has to be let through, and a node has to hear of it.
    private static let removal = Duration.seconds(60)
    /// A read of AWS as old as this may still be acted on.
    private static let readAgeMax = Duration.seconds(14)
    /// From a change in the console until every rule and node is as the Ingress says again.
    private static let consoleRecovery = Duration.seconds(180)

    /// Addresses of pods that were disturbed, and until when that counts.
    private var hosts: [String: Timestamp] = [:]
    /// Addresses of pods that were evicted, and until when they may still be targets.
    private var evicted: [String: Timestamp] = [:]
    /// Target groups one of whose pods was disturbed, and until when that counts.
    private var groups: [String: Timestamp] = [:]
    private var podsUntil: Timestamp?
    /// Until when AWS or a controller is known to do nothing: replacements are not registered before.
    private(set) var outageUntil: Timestamp?
    /// Until when nobody could hear or tell anything.
    private(set) var silentUntil: Timestamp?
    private(set) var editedAt: Timestamp?
    /// Addresses whose pods went when nobody could know of the newest edit in the console.
    private var forsaken: Set<String> = []

    mutating func disturb(_ host: String, until end: Timestamp) {
        let until = end.advanced(by: Self.recovery)
        hosts[host] = until
        podsUntil = max(podsUntil ?? until, until)
    }

    mutating func evict(_ host: String, now: Timestamp) {
        disturb(host, until: now)
        evicted[host] = max(now, silentUntil ?? now).advanced(by: Self.removal)
    }

    mutating func noteOutage(from start: Timestamp, until end: Timestamp) {
        outageUntil = max(outageUntil ?? end, end)
        noteSilence(from: start, until: end)
    }

    /// Nobody can hear or tell: a process is away, a watch is silent, AWS refuses calls.
    mutating func noteSilence(from start: Timestamp, until end: Timestamp) {
        silentUntil = max(silentUntil ?? end, end)
        for (host, until) in evicted where start <= until {
            evicted[host] = max(until, end.advanced(by: Self.removal))
        }
    }

    mutating func editInConsole(now: Timestamp) {
        editedAt = now
        forsaken = []
    }

    /// Whether pods are missing for reasons of their own.
    func explainsMissingPods(now: Timestamp) -> Bool { podsUntil.map { now < $0 } ?? false }

    /// Whether a pod was evicted, which nobody asked the load balancer about, and its target could not be gone yet.
    func explainsDeletion(of host: String, now: Timestamp) -> Bool { evicted[host].map { now < $0 } ?? false }

    /// Takes note of the targets of a group, and says whether it is without servers for reasons of their own.
    mutating func explainsEmptiness(of group: String, _ targets: [String], now: Timestamp) -> Bool {
        guard !hosts.isEmpty else { return false }
        for host in targets {
            guard let until = hosts[host], now < until else { continue }
            groups[group] = max(groups[group] ?? until, until)
        }
        guard let until = groups[group] else { return false }
        if now < until { return true }
        // What happened during an outage is made up for after it.
        guard let outageUntil, until < outageUntil.advanced(by: Self.recovery) else { return false }
        return now < outageUntil.advanced(by: Self.recovery)
    }

    /// Whether a person has changed rules in the console, and the pod that went had gone already or by a decision made
    /// before that could be known. Then it may be a target until the rules are as the Ingress says.
    mutating func explainsGone(_ host: String, now: Timestamp) -> Bool {
        guard let editedAt else { return false }
        if now < editedAt.advanced(by: Self.readAgeMax) { forsaken.insert(host) }
        return forsaken.contains(host) && explainsRules(now: now)
    }

    /// Takes note of a target whose pod lives.
    mutating func noteAlive(_ host: String) {
        if !forsaken.isEmpty { forsaken.remove(host) }
    }

    /// Whether rules may still be as a person has made them: nobody can mend them during an outage.
    func explainsRules(now: Timestamp) -> Bool {
        guard let editedAt else { return false }
        let end = editedAt.advanced(by: Self.consoleRecovery)
        if now < end { return true }
        guard let outageUntil, outageUntil > editedAt else { return false }
        return now < outageUntil.advanced(by: Self.recovery)
    }
}
