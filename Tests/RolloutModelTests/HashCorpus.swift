/// Pod templates and the hashes that Weir gave them when they were added.
enum HashCorpus {
    struct Entry: Sendable {
        var template: String
        var hash: String
    }

    static let plain = #"{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"nginx"}]}}"#

    static let probed = #"""
        {"metadata":{"labels":{"app":"shop","tier":""},"annotations":{"note":"x"}},"spec":{
         "containers":[{"name":"shop","image":"shop:1","ports":[{"name":"http","containerPort":8080}],
          "env":[{"name":"A","value":"a"},{"name":"E","value":""},
           {"name":"IP","valueFrom":{"fieldRef":{"fieldPath":"status.podIP"}}}],
          "readinessProbe":{"httpGet":{"path":"/","port":8080},"periodSeconds":5,"initialDelaySeconds":0},
          "resources":{"requests":{"cpu":"0.5","memory":"1024Ki"}},"volumeMounts":[{"name":"c","mountPath":"/c"}]}],
         "volumes":[{"name":"c","configMap":{"name":"shop"}},{"name":"d","emptyDir":{}}]}}
        """#

    static let probedAsStored = #"""
        {"metadata":{"creationTimestamp":null,"annotations":{"note":"x"},
          "labels":{"tier":"","app":"shop","rollouts-pod-template-hash":"123"}},"spec":{
         "restartPolicy":"Always","dnsPolicy":"ClusterFirst","schedulerName":"default-scheduler","securityContext":{},
         "terminationGracePeriodSeconds":30,
         "containers":[{"image":"shop:1","name":"shop","imagePullPolicy":"IfNotPresent",
          "ports":[{"name":"http","containerPort":8080,"protocol":"TCP"}],
          "terminationMessagePath":"/dev/termination-log",
          "terminationMessagePolicy":"File",
          "env":[{"name":"A","value":"a"},{"name":"E"},
           {"name":"IP","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"status.podIP"}}}],
          "readinessProbe":{"httpGet":{"path":"/","port":8080,"scheme":"HTTP"},"periodSeconds":5,"timeoutSeconds":1,
           "successThreshold":1,"failureThreshold":3},
          "resources":{"requests":{"cpu":"500m","memory":"1Mi"}},"volumeMounts":[{"name":"c","mountPath":"/c"}]}],
         "volumes":[{"name":"c","configMap":{"name":"shop","defaultMode":420}},{"name":"d","emptyDir":{}}]}}
        """#

    static let entries = [
        Entry(template: plain, hash: "67c64c5955"), Entry(template: probed, hash: "567db85854"),
        Entry(template: probedAsStored, hash: "567db85854"),
        Entry(
            template:
                #"{"metadata":{"labels":{"app":"a"}},"spec":{"containers":[{"name":"a","image":"nginx:1.19-alpine","#
                + #""ports":[{"name":"http","containerPort":80,"protocol":"TCP"}],"#
                + #""resources":{"requests":{"cpu":"5m","memory":"16Mi"}}}]}}"#,
            hash: "5fc6684495"),
    ]
}
