import JSON
import KubernetesModel
import RolloutView

/// An update of the user's own manifests, rehearsed with many seeds.
struct ManifestRehearsal: Sendable {
    /// What one seed came to.
    struct Run: Sendable {
        var seed: UInt64
        var forecast: UpdateForecast
        /// The time for which all requests together would have failed.
        var failingTime: Duration
    }

    /// How soon an abort at a step is safe.
    struct Abort: Sendable {
        var step: String
        var at: Duration
        /// `nil` when it never is, or nothing is known about requests.
        var timeToSafe: Duration?
    }

    /// What is there at first.
    let present: [JSONValue]
    /// What is applied then.
    let update: PlannedManifests
    /// The longest an update may take in virtual time.
    let limit: Duration

    /// - Parameter image: the image of every Rollout's containers after the update; `nil` for the first installation.
    /// - Throws: `UsageProblem` when the manifests hold no Rollout that can be simulated.
    init(_ documents: [JSONValue], namespace: String, image: String?, limit: Duration) throws {
        let manifests = try PlannedManifests(documents, namespace: namespace)
        self.limit = limit
        guard let image else {
            present = []
            update = manifests
            return
        }
        present = manifests.documents
        let updated = manifests.documents.map { Self.with(image: image, $0) }
        guard updated != manifests.documents else {
            throw UsageProblem("The Rollouts have the image \(image) already; give another one with --set image=….")
        }
        update = try PlannedManifests(updated, namespace: namespace)
    }

    /// One seed, without a record of its course.
    func run(seed: UInt64) throws -> Run { try recorded(seed: seed, forks: false).run }

    /// One seed with its course.
    func recorded(seed: UInt64, forks: Bool) throws -> (run: Run, recorder: TimelineRecorder) {
        let state = present.isEmpty ? nil : PresentState(documents: present, source: "the manifests'")
        let (forecast, recorder) = try Forecast(update, present: state, seed: seed, limit: limit)
            .recorded(forks: forks)
        let failing = Self.timeline(forecast, recorder).failingTime
        return (Run(seed: seed, forecast: forecast, failingTime: failing), recorder)
    }

    /// What happens when the update is aborted at each of the recorded steps.
    static func aborts(_ recorder: TimelineRecorder) -> [Abort] {
        recorder.steps.map { fork in
            Abort(step: fork.name, at: fork.at, timeToSafe: fork.timeToSafe(of: recorder.key))
        }
    }

    /// The drawing of a run.
    static func timeline(_ forecast: UpdateForecast, _ recorder: TimelineRecorder) -> RolloutTimeline {
        var marks: [RolloutTimeline.Mark] = []
        var last = ""
        for entry in forecast.entries {
            guard entry.text.hasPrefix("Rollout ") || entry.text.hasPrefix("consent") else { continue }
            // The hashes after the first comma change with the seed and say nothing new.
            let text = String(entry.text.prefix { $0 != "," })
            if text != last { marks.append(RolloutTimeline.Mark(at: entry.at, text: text)) }
            last = text
        }
        let length = forecast.untilRest ?? forecast.untilHealthy ?? forecast.entries.last?.at ?? .zero
        return recorder.timeline(
            title: "Rollout \(recorder.key)", marks: marks, length: max(length, .seconds(1)) + .seconds(5))
    }

    private static func with(image: String, _ document: JSONValue) -> JSONValue {
        guard KubernetesObject(document).kind == "Rollout",
            let containers = document.at("spec", "template", "spec", "containers")?.arrayValue
        else { return document }
        var document = document
        let changed = containers.map { container -> JSONValue in
            var container = container
            container["image"] = .string(image)
            return container
        }
        document.set(.array(changed), at: "spec", "template", "spec", "containers")
        return document
    }
}
