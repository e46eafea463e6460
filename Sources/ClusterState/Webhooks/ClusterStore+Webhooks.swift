import JSON
import KubernetesModel
import Synchronization

extension ClusterStore {
    /// How often a change by a webhook is tried that others keep overtaking.
    private static let triesMax = 5

    /// Whether a webhook has a rule for a request, whatever it says about namespaces and objects.
    func isReviewed(_ request: APIRequest) -> Bool {
        let operations: [String]
        switch request.verb {
        case .create: operations = ["CREATE"]
        case .update, .patch: operations = ["UPDATE", "CREATE"]
        case .get, .list, .delete, .deleteCollection: return false
        }
        // Nothing that a webhook does may keep anybody from putting it right.
        guard request.group != Webhook.group else { return false }
        return webhooks.withLock { webhooks in
            webhooks.contains { webhook in
                webhook.rules.contains { rule in operations.contains { rule.concerns($0, request) } }
            }
        }
    }

    /// Handles a request after all webhooks that concern it were asked.
    func answerReviewed(_ request: APIRequest, _ caller: any WebhookCaller) async -> APIResponse {
        var response = APIResponse(.unknownPath)
        for _ in 0..<Self.triesMax {
            let reviewed: APIRequest
            var warnings: [String] = []
            do throws(KubernetesFailure) {
                reviewed = try await review(request, by: caller, &warnings)
            } catch {
                return APIResponse(error)
            }
            response = await answerAdmitted(reviewed)
            response.warnings = warnings + response.warnings
            // A patch has no version to keep to; its object has changed since it was looked at.
            guard response.code == 409, request.verb == .patch, reviewed.verb == .update else { break }
        }
        return response
    }

    /// The request as webhooks want it.
    private func review(
        _ request: APIRequest, by caller: any WebhookCaller, _ warnings: inout [String]
    ) async throws(KubernetesFailure) -> APIRequest {
        let now = time
        guard var write = withState({ cluster in ReviewedWrite(request, in: cluster, now: now) }) else {
            return request
        }
        let all = webhooks.withLock { $0 }
        for webhook in all where write.concerns(webhook) {
            guard let answer = try await ask(webhook, write, caller) else { continue }
            warnings += answer.warnings
            guard answer.isAllowed else { throw webhook.denial(answer) }
            guard webhook.isMutating, let patch = answer.patch else { continue }
            do {
                try write.apply(patch)
            } catch {
                // As a webhook that did not answer.
                guard webhook.isIgnorable else { throw webhook.failure("\(error)") }
            }
        }
        return write.result
    }

    /// The answer; `nil` where there was none and none is needed.
    private func ask(
        _ webhook: Webhook, _ write: ReviewedWrite, _ caller: any WebhookCaller
    ) async throws(KubernetesFailure) -> AdmissionAnswer? {
        do {
            let endpoint = try read { cluster throws(KubernetesFailure) in try webhook.endpoint(in: cluster) }
            return try await caller.call(endpoint, write.review)
        } catch {
            guard !webhook.isIgnorable else { return nil }
            throw error as? KubernetesFailure ?? webhook.failure("\(error)")
        }
    }
}
