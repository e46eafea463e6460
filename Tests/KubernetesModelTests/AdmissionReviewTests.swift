import JSON
import KubernetesModel
import Testing

@Suite("Admission reviews") struct AdmissionReviewTests {
    private let request = AdmissionRequest(document: ["uid": "u", "operation": "CREATE", "namespace": "shop"])

    @Test func `an answer survives the wire, its patch in Base64`() throws {
        let change: JSONValue = [["op": "add", "path": "/spec/readinessGates", "value": [["conditionType": "x/y"]]]]
        var answer = AdmissionAnswer(isAllowed: true, patch: try JSONPatch(change))
        answer.warnings = ["beware"]
        #expect(try AdmissionAnswer(review: answer.review(uid: "u"), uid: "u") == answer)
        var refusal = AdmissionAnswer(isAllowed: false)
        refusal.message = "no"
        refusal.code = 403
        #expect(try AdmissionAnswer(review: refusal.review(uid: "u"), uid: "u") == refusal)
    }

    @Test func `a request is what a review asks`() {
        #expect(AdmissionRequest(review: request.review) == request)
        var other = request.review
        other["apiVersion"] = "admission.k8s.io/v1beta1"
        #expect(AdmissionRequest(review: other) == nil)
        #expect(AdmissionRequest(review: [:]) == nil)
    }

    @Test(
        "what is no answer to the request is refused",
        arguments: [
            "{}", #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}"#,
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"x","allowed":true}}"#,
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u"}}"#,
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u","allowed":true,"patch":"W10="}}"#,
            #"{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"u","allowed":true,"patch":"?","patchType":"JSONPatch"}}"#,
        ]) func unreadable(text: String) throws
    {
        let review = try JSONValue(parsing: Array(text.utf8))
        #expect(throws: AdmissionReview.Unreadable.self) { try AdmissionAnswer(review: review, uid: "u") }
    }
}
